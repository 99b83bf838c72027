internal import NIOHTTP1
internal import ResilienceInterfaces

/// A request that the gateway does not carry out: what is said to the caller.
struct Refusal: Error {
  let code: ErrorCode
  let status: Int
  let detail: String
  var dependency: String?
  var policy: String?
  var state: String?
  var retryAfterSeconds: Int?
  var headers: HTTPHeaders = [:]

  init(_ code: ErrorCode, status: Int? = nil, _ detail: String) {
    self.code = code
    self.status = status ?? code.status
    self.detail = detail
  }

  /// What the transport found wrong with a request.
  init(_ rejection: GatewayRejection) {
    let code: ErrorCode =
      switch rejection {
      case .headTimeout, .bodyTimeout: .timeout
      case .unanswered: .internal
      default: .validation
      }
    self.init(code, status: Int(rejection.status.code), rejection.detail)
  }
}
