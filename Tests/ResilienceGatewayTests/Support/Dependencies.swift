import NIOHTTP1
import Resilience
import ResilienceConfiguration
import ResilienceInterfaces
import ResilienceTelemetry
import Testing

@testable import ResilienceGateway

/// What tests call a failure.
struct Boom: Error {}

/// A dependency that nobody can reach.
struct DeadTransport: UpstreamTransport {
  func exchange<Result>(
    _ request: UpstreamRequest, _ body: (UpstreamResponse) async throws -> Result
  ) async throws -> Result {
    throw UpstreamFailure(stage: .neverSent, kind: .connectRefused, reason: "nobody listens at 10.0.0.7:8443")
  }
}

/// Dependencies from the lines of a configuration file, by name.
struct Dependencies {
  let metrics: GatewayMetrics
  let feed = ControlEventFeed()
  let all: [Dependency]

  /// Assembles what the text says below `dependencies:`.
  init(_ text: String, transport: any UpstreamTransport = DeadTransport()) throws {
    let metrics = try GatewayMetrics(service: "shop")
    let observer = PolicyEvents(metrics: metrics, feed: self.feed, clock: WallClock { 1_000 })
    let indented = text.split(separator: "\n").map { "  \($0)\n" }.joined()
    let loaded = try ConfigurationLoader.load(
      text: "service: shop\ndependencies:\n" + indented, file: "test.yaml", environment: [:])
    self.metrics = metrics
    self.all = try loaded.configuration.dependencies.map { configuration in
      try Dependency(
        configuration, at: UpstreamURL(scheme: .http, host: "10.0.0.7", port: 8443), transport: transport,
        metrics: DependencyMetrics(configuration.name, in: metrics), observer: observer)
    }
  }

  /// The one of that name.
  func named(_ name: String) throws -> Dependency { try #require(self.all.first { $0.name == name }) }

  /// The settings of one dependency that has these lines of its own.
  static func configuration(_ lines: String) throws -> DependencyConfiguration {
    let indented = lines.split(separator: "\n").map { "\n  \($0)" }.joined()
    return try Dependencies("api:\n  url: http://10.0.0.7:8443" + indented).named("api").configuration
  }

  /// What the feed has told so far.
  func told() async -> [ControlEvent] {
    self.feed.finish()
    var events: [ControlEvent] = []
    for await event in self.feed.events(after: 0) { events.append(event) }
    return events
  }

  /// The value of a series in the exposition, by its beginning; nil if there is none.
  func value(_ series: String) -> Double? {
    self.metrics.registry.text().split(separator: "\n").first { $0.hasPrefix(series + " ") }
      .flatMap { Double($0.dropFirst(series.count + 1)) }
  }
}
