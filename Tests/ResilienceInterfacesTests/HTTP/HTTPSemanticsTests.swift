import Resilience
import ResilienceInterfaces
import Testing

@Suite struct HTTPSemanticsTests {
  @Test(
    "R1.6 every status has the category that retry and breaker decide by",
    arguments: [
      (401, .authentication), (403, .authorization), (404, .notFound), (410, .notFound), (409, .conflict),
      (412, .conflict), (408, .timeout), (504, .timeout), (429, .rateLimited), (502, .unavailable),
      (503, .unavailable), (500, .server), (501, .server), (505, .server), (599, .server), (400, .validation),
      (402, .validation), (413, .validation), (422, .validation), (499, .validation), (600, .unknown),
      (999, .unknown),
    ] as [(Int, FailureCategory)])
  func failures(status: Int, category: FailureCategory) { #expect(StatusCategory.category(of: status) == category) }

  @Test("R1.6 a status below 400 is no failure", arguments: [-1, 0, 100, 101, 200, 204, 206, 301, 304, 399])
  func successes(status: Int) { #expect(StatusCategory.category(of: status) == nil) }

  @Test("R1.6 only methods that promise it are idempotent or safe")
  func methods() {
    let safe = ["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"]
    for method in safe { #expect(HTTPMethodSemantics.isSafe(method) && HTTPMethodSemantics.isIdempotent(method)) }
    for method in ["PUT", "DELETE"] {
      #expect(!HTTPMethodSemantics.isSafe(method) && HTTPMethodSemantics.isIdempotent(method))
    }
    for method in ["POST", "PATCH", "CONNECT", "get", "", "PURGE"] {
      #expect(!HTTPMethodSemantics.isSafe(method) && !HTTPMethodSemantics.isIdempotent(method))
    }
  }
}
