"""How each rule of a row or an index is broken: a module a part of funding, each with BREAKS, from name to deed."""
