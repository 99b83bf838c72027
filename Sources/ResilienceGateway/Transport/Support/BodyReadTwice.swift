/// Two tasks read one body at the same time, which has no sensible meaning.
struct BodyReadTwice: Error, CustomStringConvertible {
  var description: String { "two tasks read one HTTP body at the same time; read it from one task only" }
}
