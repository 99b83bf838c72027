/// How large the head of one message may be.
struct HeadLimits: Sendable {
  /// The bytes of the start line and all fields, with line ends.
  var maxBytes: Int
  /// The number of fields.
  var maxFields: Int
}
