import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import ResilienceGateway
import Testing

/// An authority and a certificate of its own, made by the `openssl` tool in a temporary folder.
struct TestAuthority {
  let folder: URL

  func path(_ name: String) -> String { self.folder.appendingPathComponent(name).path }

  init() async throws {
    self.folder = FileManager.default.temporaryDirectory.appendingPathComponent("authority-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    try "subjectAltName=DNS:localhost\n".write(
      toFile: self.path("names"), atomically: true, encoding: .utf8)
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    try await self.openssl(
      ["req", "-x509", "-days", "2", "-subj", "/CN=Test authority", "-keyout", "ca.key", "-out", "ca.pem"] + key)
    try await self.openssl(["req", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"] + key)
    try await self.openssl([
      "x509", "-req", "-days", "2", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
      "-extfile", "names", "-out", "server.pem",
    ])
  }

  func remove() { try? FileManager.default.removeItem(at: self.folder) }

  private func openssl(_ arguments: [String]) async throws {
    let folder = self.folder
    try await blockingPool.runIfActive {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["openssl"] + arguments
      process.currentDirectoryURL = folder
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { throw NeverHappened(what: "openssl \(arguments)") }
    }
  }
}

@Suite("Gateway transport: TLS")
struct TransportTLSTests {
  @Test("a private authority is trusted where it is configured and nowhere else, and the name must fit")
  func authority() async throws {
    let authority = try await TestAuthority()
    defer { authority.remove() }
    let tls = GatewayServerConfiguration.TLS(
      certificateChainFile: authority.path("server.pem"), privateKeyFile: authority.path("server.key"))
    try await withServer(echoBody, { $0.tls = tls }) { server, port in
      let address = UpstreamOrigin(scheme: .https, host: "127.0.0.1", port: port)
      let name = UpstreamOrigin(scheme: .https, host: "localhost", port: port)
      let authorityFile = authority.path("ca.pem")
      let trusted = try await self.outcome(name, .init(authorityFile: authorityFile))
      #expect(trusted == "200 hello, again: 200 hello")
      #expect(server.acceptedConnections == 1)
      let renamed = try await self.outcome(address, .init(authorityFile: authorityFile, serverName: "localhost"))
      #expect(renamed == "200 hello, again: 200 hello")
      let unknown = try await self.outcome(name, .init())
      #expect(unknown == "tls neverSent")
      let unnamed = try await self.outcome(address, .init(authorityFile: authorityFile))
      #expect(unnamed == "tls neverSent")
      let other = UpstreamConfiguration.TLS(authorityFile: authorityFile, serverName: "other.test")
      #expect(try await self.outcome(name, other) == "tls neverSent")
    }
  }

  @Test("2 MiB go through TLS and come back, with a reader that lags behind")
  func streaming() async throws {
    let authority = try await TestAuthority()
    defer { authority.remove() }
    let tls = GatewayServerConfiguration.TLS(
      certificateChainFile: authority.path("server.pem"), privateKeyFile: authority.path("server.key"))
    try await withServer(echoBody, { $0.tls = tls }) { _, port in
      try await withTransport({ $0.tls.authorityFile = authority.path("ca.pem") }) { transport, _ in
        let total = 2 << 20
        let source = Shared(ByteBuffer(repeating: 0x61, count: total))
        let request = UpstreamRequest(
          origin: UpstreamOrigin(scheme: .https, host: "localhost", port: port), method: .POST,
          body: .stream(next: { source.take(70_000) }, knownLength: total))
        let count = try await transport.exchange(request.patient) { response in
          var count = 0
          while let part = try await response.body.next() {
            count += part.readableBytes
            for _ in 0..<20 { await Task.yield() }
          }
          return count
        }
        #expect(count == total)
        #expect(transport.openConnections(to: request.origin) == 1)
      }
    }
  }

  /// What two requests in a row come to.
  private func outcome(_ origin: UpstreamOrigin, _ tls: UpstreamConfiguration.TLS) async throws -> String {
    try await withTransport({ $0.tls = tls }) { transport, _ in
      let request = UpstreamRequest(origin: origin, method: .POST, body: .bytes(ByteBuffer(string: "hello")))
      do {
        let first = try await transport.whole(request)
        let second = try await transport.whole(request)
        return "\(first.status) \(first.text), again: \(second.status) \(second.text)"
      } catch let failure as UpstreamFailure {
        return "\(failure.kind) \(failure.stage)"
      }
    }
  }

  @Test("a file that cannot be used is an error that names it")
  func files() async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    var configuration = UpstreamConfiguration()
    configuration.tls.authorityFile = "/nowhere/ca.pem"
    let unreadable = #expect(throws: UpstreamConfigurationError.self) {
      try NIOUpstreamTransport(configuration: configuration, group: group)
    }
    #expect("\(unreadable as Any)".contains("/nowhere/ca.pem"))
    configuration.tls = .init(certificateChainFile: "/nowhere/a.pem")
    #expect(throws: UpstreamConfigurationError.self) {
      try NIOUpstreamTransport(configuration: configuration, group: group)
    }
    var server = GatewayServerConfiguration(port: 0)
    server.tls = .init(certificateChainFile: "/nowhere/a.pem", privateKeyFile: "/nowhere/a.key")
    let error = await #expect(throws: GatewayServerError.self) {
      try await GatewayServer(configuration: server, group: group, handler: echoTarget).start()
    }
    #expect("\(error as Any)".contains("/nowhere/a.pem"))
  }
}
