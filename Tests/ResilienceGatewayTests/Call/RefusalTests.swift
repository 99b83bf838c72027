import NIOCore
import NIOHTTP1
import Resilience
import ResilienceConfiguration
import ResilienceInterfaces
import Testing

@testable import ResilienceGateway

@Suite("R7.3 refusals")
struct RefusalTests {
  private struct Leaky: Error, CustomStringConvertible {
    var description: String { "password=hunter2 at 10.0.0.7" }
  }

  private static func dependency(_ criticality: String = "important") throws -> Dependency {
    try Dependencies("api:\n  url: http://10.0.0.7:8443\n  criticality: \(criticality)").named("api")
  }

  private static func rejection(_ reason: Rejection.Reason, _ retryAfter: Duration? = nil) -> Rejection {
    Rejection(
      reason, by: .circuitBreaker, named: "inner", state: "open", since: 1, retryAfter: retryAfter, lastCause: Leaky())
  }

  @Test(
    "R2.5 a policy's refusal has status, code and time to come back of its reason",
    arguments: [
      (Rejection.Reason.circuitOpen, nil, ErrorCode.serviceUnavailable, 1),
      (.circuitOpen, Duration.milliseconds(2_001), .serviceUnavailable, 3),
      (.circuitOpen, .milliseconds(1), .serviceUnavailable, 1),
      (.isolated, nil, .serviceUnavailable, 60), (.isolated, .seconds(5), .serviceUnavailable, 5),
      (.bulkheadFull, nil, .serviceUnavailable, 1), (.queueTimeout, nil, .serviceUnavailable, 1),
      (.timeout, nil, .timeout, nil), (.deadlineExceeded, nil, .timeout, nil), (.cancelled, nil, .timeout, nil),
    ] as [(Rejection.Reason, Duration?, ErrorCode, Int?)])
  func rejections(reason: Rejection.Reason, retryAfter: Duration?, code: ErrorCode, seconds: Int?) throws {
    let refusal = Refusal(Self.rejection(reason, retryAfter), of: try Self.dependency())
    #expect(refusal.code == code && refusal.status == code.status)
    #expect(refusal.retryAfterSeconds == seconds)
    #expect(refusal.dependency == "api" && refusal.policy == "circuitBreaker" && refusal.state == "open")
  }

  /// Every way in which an exchange can fail.
  private static let kinds: [UpstreamFailure.Kind] = [
    .resolution, .connectRefused, .connectTimeout, .connectionLimit, .tls, .reset, .closedEarly, .malformedResponse,
    .invalidRequest, .shutDown,
  ]

  @Test("R7.2 a failed exchange is 502, of a critical dependency 503 with a time to come back", arguments: kinds)
  func upstream(kind: UpstreamFailure.Kind) throws {
    let error = UpstreamError(failure: UpstreamFailure(stage: .sentUnknown, kind: kind, reason: "10.0.0.7:8443"))
    let important = Refusal(error, of: try Self.dependency())
    let critical = Refusal(error, of: try Self.dependency("critical"))
    switch kind {
    case .invalidRequest:
      #expect(important.status == 400 && critical.status == 400)
    case .connectionLimit:
      #expect(important.status == 503 && important.retryAfterSeconds == 1)
    default:
      #expect(important.code == .externalService && important.status == 502 && important.retryAfterSeconds == nil)
      #expect(critical.code == .serviceUnavailable && critical.status == 503 && critical.retryAfterSeconds == 5)
    }
  }

  @Test("R7.2 anything else is a mistake of ours, and no word of it is told")
  func unknown() throws {
    let refusal = Refusal(Leaky(), of: try Self.dependency())
    #expect(refusal.code == .internal && refusal.status == 500 && refusal.dependency == "api")
    #expect(!refusal.detail.contains("hunter2"))
  }

  @Test("R7.3 the answer is problem details with the right fields, and nothing internal")
  func answer() throws {
    let dependency = try Self.dependency("critical")
    let settings = GatewaySettings(ServiceConfiguration(), viaName: "here", clock: WallClock { 0 })
    var errors: [any Error] = [Leaky()]
    errors += Rejection.Reason.allCases.map { Self.rejection($0, .seconds(7)) }
    errors += Self.kinds.map {
      UpstreamError(failure: UpstreamFailure(stage: .neverSent, kind: $0, reason: "hunter2 10.0.0.7:8443"))
    }
    for error in errors {
      let refusal = Refusal(error, of: dependency)
      let answer = ProblemAnswer(refusal, nil, CallIdentity(["X-Correlation-ID": "corr-1"]), settings)
      let text = String(buffer: answer.body)
      #expect(Int(answer.head.status.code) == refusal.status)
      #expect(answer.head.headers["Content-Type"] == ["application/problem+json"])
      #expect(answer.head.headers["Cache-Control"] == ["no-store"])
      #expect(answer.head.headers["X-Correlation-ID"] == ["corr-1"])
      #expect(answer.head.headers["Retry-After"] == refusal.retryAfterSeconds.map { ["\($0)"] } ?? [])
      #expect(text.contains("\"code\":\"\(refusal.code.text(prefix: settings.codePrefix))\""))
      #expect(text.contains("\"correlationId\":\"corr-1\"") && text.contains("\"status\":\(refusal.status)"), "\(text)")
      for secret in ["hunter2", "10.0.0.7", "8443", "Leaky"] { #expect(!text.contains(secret), "\(text)") }
    }
  }

  @Test(
    "R1.6 policies see a failed exchange by its kind and by how far it had come",
    arguments: zip(
      kinds,
      [
        .connection, .connection, .timeout, .unavailable, .connection, .connection, .connection, .connection,
        .validation, .cancelled,
      ] as [FailureCategory]))
  func category(kind: UpstreamFailure.Kind, category: FailureCategory) {
    let stages: [(UpstreamFailure.Stage, Transmission)] = [
      (.neverSent, .neverSent), (.sentUnknown, .unknown), (.answered, .answered),
    ]
    for (stage, transmission) in stages {
      let error = UpstreamError(failure: UpstreamFailure(stage: stage, kind: kind, reason: ""))
      #expect(error.category == category && error.transmission == transmission)
    }
  }
}
