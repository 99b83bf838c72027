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
}
