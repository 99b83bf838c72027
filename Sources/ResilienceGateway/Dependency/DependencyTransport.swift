internal import Foundation
internal import NIOCore
internal import ResilienceConfiguration

/// What calls a dependency: the transport that all share, or one of its own where it has settings for TLS.
struct DependencyTransport: Sendable {
  /// A transport that no new call uses; it is closed when the last dependency object that has it is gone.
  struct Retired: Sendable {
    weak var dependency: Dependency?
    let transport: NIOUpstreamTransport
  }

  let transport: NIOUpstreamTransport
  let isOwn: Bool
  private let settings: ClientTLSConfiguration?
  /// What stood in the files: a renewed certificate under the same name is another one.
  private let contents: [Data?]

  /// The former one where nothing has changed, else the shared one or a new one.
  ///
  /// - Throws: `UpstreamConfigurationError` when a file for TLS cannot be used.
  static func choose(
    for dependency: DependencyConfiguration, keeping former: DependencyTransport?, shared: NIOUpstreamTransport,
    group: any EventLoopGroup
  ) throws -> DependencyTransport {
    guard let tls = dependency.tls else {
      return DependencyTransport(transport: shared, isOwn: false, settings: nil, contents: [])
    }
    let contents = [tls.caFile, tls.certificateFile, tls.keyFile].map { $0.flatMap(FileManager.default.contents) }
    if let former, former.settings == tls, former.contents == contents { return former }
    let transport = try NIOUpstreamTransport(configuration: UpstreamConfiguration(tls), group: group)
    return DependencyTransport(transport: transport, isOwn: true, settings: tls, contents: contents)
  }
}
