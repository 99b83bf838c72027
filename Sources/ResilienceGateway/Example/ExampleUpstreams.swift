public import NIOCore
internal import NIOHTTP1
internal import Resilience
public import ResilienceInterfaces

/// Built-in upstreams with faults that can be switched on: for the first ten minutes, and for demonstrations.
///
/// Real HTTP servers on a loopback port, on event loops of the caller's group; `example:NAME` in a configuration leads to
/// the one of that name.
public final class ExampleUpstreams: Sendable {
  private struct Entry {
    let dependency: String
    var faults = FaultSettings.none
    var served = 0
  }

  private let entries: Lock<[String: Entry]>
  private let names: [String]
  private let server: Lock<GatewayServer?>

  /// Makes upstreams; the dependency that leads to each by its name.
  public init(_ dependencies: [(name: String, dependency: String)]) {
    self.names = dependencies.map(\.name)
    self.entries = Lock(
      Dictionary(dependencies.map { ($0.name, Entry(dependency: $0.dependency)) }, uniquingKeysWith: { first, _ in first })
    )
    self.server = Lock(nil)
  }

  /// Starts to serve; the port.
  ///
  /// - Throws: `GatewayServerError` when no port can be had.
  public func start(on group: any EventLoopGroup) async throws -> Int {
    let server = GatewayServer(
      configuration: GatewayServerConfiguration(host: "127.0.0.1", port: 0), group: group,
      handler: ExampleHandler(upstreams: self))
    try await server.start()
    self.server.withLock { $0 = server }
    return server.boundPort ?? 0
  }

  /// Stops serving.
  public func stop() async {
    let server = self.server.withLock { $0 }
    await server?.shutdown(gracePeriod: .zero)
  }

  /// Every upstream with what it does wrong, sorted by name.
  public var all: [ExampleUpstream] {
    self.entries.withLock { entries in
      entries.map { ExampleUpstream(name: $0.key, dependency: $0.value.dependency, faults: $0.value.faults) }
    }.sorted { $0.name < $1.name }
  }

  /// Switches faults.
  public func set(_ faults: FaultSettings, of name: String) { self.entries.withLock { $0[name]?.faults = faults } }

  /// One more request for an upstream: its faults and how many it has had; nil if there is none of that name.
  func visit(_ name: String) -> (faults: FaultSettings, number: Int)? {
    self.entries.withLock { entries in
      entries[name]?.served += 1
      return entries[name].map { ($0.faults, $0.served) }
    }
  }
}
