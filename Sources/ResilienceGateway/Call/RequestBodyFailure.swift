internal import Resilience

/// The caller's own body did not come to its end: says nothing about the dependency.
struct RequestBodyFailure: CategorizedError {
  let cause: GatewayRequestBodyError
  var category: FailureCategory { .validation }
  var transmission: Transmission { .unknown }
}
