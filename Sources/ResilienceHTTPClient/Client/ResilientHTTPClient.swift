public import AsyncHTTPClient
public import HTTPTypes
public import Resilience

/// Calls one HTTP dependency under time-out, retry, circuit breaker and bulkhead.
///
/// ```swift
/// let client = try ResilientHTTPClient(baseURL: "https://api.example.com")
/// let models = try await client.get("/v1/models")
/// ```
/// In this order, outermost first: the whole call's time-out, retry, the host's breaker, the dependency's bulkhead, the
/// attempt's time-out. Methods that are not idempotent are repeated only when the dependency cannot have seen the
/// request, when it has an `Idempotency-Key`, or on request. Responses of 408, 429 and 5xx are failures for breaker and
/// retry; if one of them is the last word it is returned like any other. One client per dependency, shared by all
/// callers; it needs no shutdown (an HTTP client of your own does).
public final class ResilientHTTPClient: Sendable {
  /// The dependency's name, in errors, events and metrics.
  public let name: String
  /// The settings in force.
  public let configuration: Configuration
  /// The breaker of the host: its state, and an operator's handle.
  public let circuitBreaker: CircuitBreaker
  /// The bulkhead around all requests: how many are under way.
  public let bulkhead: Bulkhead
  let target: Target
  let httpClient: HTTPClient
  let retry: Retry
  let attemptTimeout: Timeout
  let observer: (any Observer)?

  /// Makes a client.
  ///
  /// - Parameters:
  ///   - baseURL: `http` or `https`, host, and if need be port and a path that all requests have in front.
  ///   - configuration: The settings.
  ///   - httpClient: Who sends. One of your own should be made of `HTTPClient.Configuration.resilient`.
  ///   - circuitBreaker: A breaker to share with others who call the same host; nil makes one, named for the host.
  ///   - bulkhead: A bulkhead to share with others who call the same dependency; nil makes one.
  ///   - observer: Hears what the policies decide.
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public init(
    baseURL: String, configuration: Configuration = Configuration(), httpClient: HTTPClient = .resilient,
    circuitBreaker: CircuitBreaker? = nil, bulkhead: Bulkhead? = nil, observer: (any Observer)? = nil
  ) throws(InvalidConfiguration) {
    var problems = configuration.problems
    let target = Target(baseURL)
    // Not what was found: an address that is wrong because it has a password in it must not be shown.
    let allowed = "http(s)://host[:port][/path] without user, query and fragment"
    if target == nil { problems.insert(.init("baseURL", found: "not such an address", allowed: allowed), at: 0) }
    guard let target, problems.isEmpty else { throw InvalidConfiguration("HTTP client", problems) }
    self.name = configuration.name ?? target.authority
    self.configuration = configuration
    self.target = target
    self.httpClient = httpClient
    self.retry = Retry(configuration.retry)
    self.attemptTimeout = Timeout(configuration.attemptTimeout, name: "\(self.name) attempt")
    self.circuitBreaker =
      circuitBreaker ?? CircuitBreaker(target.authority, configuration.circuitBreaker, observer: observer)
    self.bulkhead = bulkhead ?? Bulkhead(self.name, configuration.bulkhead, observer: observer)
    self.observer = observer
  }

  /// Gets a resource.
  ///
  /// - Parameters:
  ///   - path: Path and query, behind the base URL's path.
  ///   - fields: Further header fields.
  ///   - options: What this request wants differently.
  /// - Throws: `Rejection` of a policy, `HTTPClientFailure`, or `CancellationError`.
  public func get(
    _ path: String, fields: HTTPFields = [:], options: RequestOptions = RequestOptions()
  ) async throws -> BufferedResponse {
    try await self.execute(self.request(.get, path, fields), options: options)
  }

  /// A request to this client's dependency.
  public func request(_ method: HTTPRequest.Method, _ path: String, _ fields: HTTPFields = [:]) -> HTTPRequest {
    HTTPRequest(
      method: method, scheme: self.target.scheme, authority: self.target.authority, path: path, headerFields: fields)
  }

  /// Sends a request and reads the response into memory.
  ///
  /// - Parameters:
  ///   - request: Method, path and fields; scheme and authority are the base URL's, whatever it says.
  ///   - body: What it carries.
  ///   - options: What this request wants differently.
  /// - Returns: The last response, also one that counts as a failure, unless the options ask for an error.
  /// - Throws: `Rejection` of a policy, `HTTPClientFailure`, or `CancellationError`.
  public func execute(
    _ request: HTTPRequest, body: RequestBody = .none, options: RequestOptions = RequestOptions()
  ) async throws -> BufferedResponse {
    let call = Call(self, request, body, options, isStreamed: false)
    let exchange = try await call.timeout.execute(in: call.context) { context in
      try await self.exchange(call, context)
    }
    if let refusal = call.refusal(exchange.head) { throw refusal }
    return BufferedResponse(head: exchange.head, body: exchange.collected, attempts: exchange.attempt)
  }

  /// Sends a request and hands the response on while its body arrives.
  ///
  /// The call's time-out covers the handler; the attempt's ends at the head. The places in bulkhead and breaker are
  /// held until the handler is done, and a body that breaks counts against the dependency; what the handler itself
  /// throws does not. Once the handler runs there is no further attempt. What it leaves unread is dropped, with the
  /// connection.
  /// - Parameters:
  ///   - request: Method, path and fields; scheme and authority are the base URL's, whatever it says.
  ///   - body: What it carries.
  ///   - options: What this request wants differently.
  ///   - handle: Reads the response; its body is void afterwards.
  /// - Throws: `Rejection` of a policy, `HTTPClientFailure`, `CancellationError`, or what the handler throws.
  public func withResponse<Value>(
    to request: HTTPRequest, body: RequestBody = .none, options: RequestOptions = RequestOptions(),
    _ handle: (StreamedResponse) async throws -> Value
  ) async throws -> Value {
    let call = Call(self, request, body, options, isStreamed: true)
    return try await call.timeout.execute(in: call.context) { context in
      let exchange = try await self.exchange(call, context)
      defer { exchange.close() }
      if let refusal = call.refusal(exchange.head) {
        exchange.end(nil)  // it did answer
        throw refusal
      }
      do {
        let value = try await handle(
          StreamedResponse(head: exchange.head, body: exchange.body, attempts: exchange.attempt))
        exchange.end(nil)
        return value
      } catch {
        exchange.end(error)
        throw error
      }
    }
  }
}
