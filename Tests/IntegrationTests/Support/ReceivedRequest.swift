/// A request as an upstream got it.
struct ReceivedRequest: Sendable {
  let method: String
  let target: String
  let fields: HeaderFields
  let body: String
  /// How many requests with the same method and target came before.
  let previous: Int
}
