/// One value of a histogram with the trace in which it was seen.
struct Exemplar: Sendable, Hashable {
  let value: Double
  let traceID: String
  let spanID: String
  /// When it was seen, in milliseconds since 1970.
  let time: Int64
}
