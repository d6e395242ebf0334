"""Which open needs one course could meet. Nothing in here sees a request.

What a need asks for is read (asking), every two of a broker's needs are compared (alike) unless something keeps them
apart (bars), and groups are formed in which every two are alike, and all can meet in one place or online (grouping,
places). What is proposed is kept, and follows the needs as they come and go (keeping); what a proposal lacks to fill a
class is looked up when it is shown (missing).
"""
