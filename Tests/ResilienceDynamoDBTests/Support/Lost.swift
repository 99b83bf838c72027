/// An answer that did not come.
struct Lost: Error {}
