import ResilienceConfiguration
import Testing

@Suite("The section telemetry")
struct TelemetryTests {
  private static let rest = "\ndependencies: { api: { url: http://localhost } }\n"
  private static let collector = "http://127.0.0.1:4318"

  @Test("R11.8 without a collector nothing is exported, and every default holds")
  func defaults() throws {
    let telemetry = try load(Self.rest).configuration.telemetry
    #expect(telemetry == TelemetryConfiguration())
    #expect(telemetry.otlp.endpoint == nil && telemetry.sampling == 1)
  }

  @Test("R11.8 all keys are read, and the credential prints as redacted")
  func keys() throws {
    let text = """
      telemetry:
        serviceName: Shop
        resource: team=a
        sampling: 0.25
        otlp: { endpoint: "https://collector:4318/base/", headers: "A=b", interval: 1s, maxQueue: 5, timeout: 2s,
          traces: false, metrics: false, logs: false }
      """
    let telemetry = try load(text + Self.rest).configuration.telemetry
    #expect(telemetry.otlp.endpoint?.description == "https://collector:4318/base")
    #expect(telemetry.otlp.headers?.value == "A=b" && !"\(telemetry)".contains("A=b"))
    #expect(telemetry.sampling == 0.25 && telemetry.otlp.maxQueue == 5 && telemetry.otlp.timeout == .seconds(2))
    #expect(!telemetry.otlp.traces && !telemetry.otlp.metrics && !telemetry.otlp.logs)
  }

  @Test("R11.8 OpenTelemetry's variables hold below the file, and RESILIENCE_ variables above it")
  func variables() throws {
    let environment = [
      "OTEL_EXPORTER_OTLP_ENDPOINT": Self.collector, "OTEL_EXPORTER_OTLP_TIMEOUT": "1500",
      "OTEL_SERVICE_NAME": "From Variable", "OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_HEADERS": "",
    ]
    let plain = try load("telemetry: { otlp: { interval: 1s } }" + Self.rest, environment).configuration.telemetry
    #expect(plain.otlp.endpoint?.description == Self.collector && plain.serviceName == "From Variable")
    #expect(
      plain.otlp.timeout == .milliseconds(1_500) && plain.otlp.headers == nil && plain.otlp.interval == .seconds(1))
    let own = try load("telemetry: { serviceName: Own, otlp: { timeout: 3s } }" + Self.rest, environment).configuration
      .telemetry
    #expect(own.serviceName == "Own" && own.otlp.timeout == .seconds(3))
    let above = environment.merging(["RESILIENCE_TELEMETRY_SERVICE_NAME": "Above"]) { $1 }
    #expect(
      try load("telemetry: { serviceName: Own }" + Self.rest, above).configuration.telemetry.serviceName == "Above")
    #expect(try load(Self.rest, environment).configuration.telemetry.otlp.endpoint != nil)
  }

  @Test("R11.8 a variable that cannot be used is told by its name, without its value where that is a secret")
  func faults() throws {
    let wrong = problems(Self.rest, ["OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"])
    #expect(wrong.map(\.variable) == ["OTEL_EXPORTER_OTLP_ENDPOINT"])
    let secret = problems(Self.rest, ["OTEL_EXPORTER_OTLP_HEADERS": "planted"])
    #expect(secret.count == 1 && !"\(secret)".contains("planted"))
    for text in [
      "telemetry: { sampling: 1.5 }", "telemetry: { otlp: { endpoint: \"example:a\" } }",
      "telemetry: { otlp: { endpoint: \"http://user:pw@host\" } }", "telemetry: { otlp: { headers: \"a b=c\" } }",
      "telemetry: { resource: novalue }", "telemetry: { otlp: { maxQueue: 0 } }",
      "telemetry: { otlp: { maxqueue: 5 } }",
    ] { #expect(problems(text + Self.rest).count == 1, "\(text): \(problems(text + Self.rest))") }
  }
}
