/// What a test needs and does not get.
struct MotoTrouble: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
