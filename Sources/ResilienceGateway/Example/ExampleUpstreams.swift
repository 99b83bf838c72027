public import NIOCore
internal import NIOHTTP1
internal import Resilience
public import ResilienceInterfaces

/// Built-in upstreams with faults that can be switched on: for the first ten minutes, and for demonstrations.
///
/// Real HTTP servers on a loopback port, on event loops of the caller's group; `example:NAME` in a configuration
/// leads to the one of that name.
public final class ExampleUpstreams: Sendable {
  private struct Entry {
    let dependency: String
    let needs: [String]
    var faults = FaultSettings.none
    var served = 0
  }

  private let entries: Lock<[String: Entry]>
  private let names: [String]
  private let server: Lock<GatewayServer?>

  /// Makes upstreams.
  ///
  /// - Parameters:
  ///   - dependencies: The dependency that leads to each by its name.
  ///   - needs: By name, the upstreams that one asks for each of its own answers: it fails when one of them does.
  public init(_ dependencies: [(name: String, dependency: String)], needs: [String: [String]] = [:]) {
    self.names = dependencies.map(\.name)
    let entries = dependencies.map { ($0.name, Entry(dependency: $0.dependency, needs: needs[$0.name] ?? [])) }
    self.entries = Lock(Dictionary(entries, uniquingKeysWith: { first, _ in first }))
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

  /// What an upstream does wrong, and which ones it asks itself; nil if there is none of that name.
  func faults(of name: String) -> (faults: FaultSettings, needs: [String])? {
    self.entries.withLock { entries in entries[name].map { ($0.faults, $0.needs) } }
  }

  /// One more request for an upstream: how many it has had; nil if there is none of that name.
  func visit(_ name: String) -> Int? {
    self.entries.withLock { entries in
      entries[name]?.served += 1
      return entries[name]?.served
    }
  }
}
