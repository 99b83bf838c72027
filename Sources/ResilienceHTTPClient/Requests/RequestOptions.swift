/// What one request wants differently from its client.
public struct RequestOptions: Sendable {
  /// What is done, in few words of low cardinality (`list models`): appears in events; default: the client's name.
  public var operation: String?
  /// Whether carrying the request out twice is the same as once.
  ///
  /// Nil decides by the method, or an `Idempotency-Key` field; `true` allows repeating a POST.
  public var isIdempotent: Bool?
  /// How long the call may take, all attempts and the whole body included.
  ///
  /// Nil takes the client's.
  public var timeout: Duration?
  /// How many bytes of a response are kept in memory at most.
  ///
  /// Nil takes the client's.
  public var maxResponseBytes: Int?
  /// Whether a response of 400 or above is thrown as `HTTPClientFailure` instead of returned; default false.
  public var throwing: Bool
  /// The class of users that the call belongs to.
  public var tier: String?
  /// Higher is more important, 0 is normal.
  public var priority: Int

  /// Makes options; what is left out is as the client has it.
  public init(
    operation: String? = nil, isIdempotent: Bool? = nil, timeout: Duration? = nil, maxResponseBytes: Int? = nil,
    throwing: Bool = false, tier: String? = nil, priority: Int = 0
  ) {
    self.operation = operation
    self.isIdempotent = isIdempotent
    self.timeout = timeout
    self.maxResponseBytes = maxResponseBytes
    self.throwing = throwing
    self.tier = tier
    self.priority = priority
  }
}
