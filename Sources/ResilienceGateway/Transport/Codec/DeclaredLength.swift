/// The length of a body as a head declares it.
enum DeclaredLength: Equatable {
  case undeclared
  case fixed(Int)
  case chunked
}
