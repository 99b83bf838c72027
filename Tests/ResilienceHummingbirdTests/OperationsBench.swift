import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOPosix
import Resilience
import ResilienceInterfaces

@testable import ResilienceHummingbird

/// A server on a scripted control plane, with the ways in which tests ask it.
struct OperationsBench {
  let plane: ScriptedControlPlane
  let server: OperationsServer
  let time: ManualTime

  static let operators = [
    OperationsOperator(name: "vera", token: "viewer-token-0001", role: .viewer),
    OperationsOperator(name: "otto", token: "operator-token-02", role: .operator),
    OperationsOperator(name: "ada", token: "admin-token-00003", role: .admin),
  ]

  init(
    operators: [OperationsOperator] = [], isBehindTLS: Bool = false, maximumEventStreams: Int = 64,
    sessions: OperationsSessions? = nil, _ script: ScriptedControlPlane.Script = .init()
  ) throws {
    self.plane = ScriptedControlPlane(script)
    self.time = ManualTime()
    self.server = try OperationsServer(
      configuration: OperationsConfiguration(
        operators: operators, version: "1.2.3", isBehindTLS: isBehindTLS, codePrefix: "ORC",
        maximumEventStreams: maximumEventStreams),
      plane: self.plane, sessions: sessions, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
      clock: self.time.clock)
  }

  /// Runs a body with a client that talks to the routes without a socket.
  func withClient(_ body: @Sendable (Client) async throws -> Void) async throws {
    try await self.server.application(on: MultiThreadedEventLoopGroup.singleton).test(.router) { client in
      try await body(Client(client: client))
    }
  }

  /// Runs a body with a client that talks to a real socket.
  func withSocket(_ body: @Sendable (Client) async throws -> Void) async throws {
    try await self.server.application(on: MultiThreadedEventLoopGroup.singleton).test(.live) { client in
      try await body(Client(client: client))
    }
  }

  /// Runs a body with the port of a real socket.
  func withServerOnSocket(_ body: @Sendable (Int) async throws -> Void) async throws {
    try await self.server.application(on: MultiThreadedEventLoopGroup.singleton).test(.live) { client in
      try await body(client.port ?? 0)
    }
  }

  /// Sends requests and reads answers.
  struct Client: Sendable {
    let client: any TestClientProtocol

    func send(
      _ method: HTTPRequest.Method, _ path: String, _ headers: [String: String] = [:], body: String? = nil
    ) async throws -> Answer {
      var fields = HTTPFields()
      for (name, value) in headers { fields[HTTPField.Name(name)!] = value }
      if body != nil, headers["Content-Type"] == nil { fields[.contentType] = "application/json" }
      let response = try await self.client.executeRequest(
        uri: path, method: method, headers: fields, body: body.map { ByteBuffer(string: $0) })
      return Answer(status: response.status.code, headers: response.headers, text: String(buffer: response.body))
    }

    func get(_ path: String, _ headers: [String: String] = [:]) async throws -> Answer {
      try await self.send(.get, path, headers)
    }
  }

  /// An answer and its parts.
  struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String

    var json: JSONValue? { try? JSONDecoder().decode(JSONValue.self, from: Data(self.text.utf8)) }
    func header(_ name: String) -> String? { self.headers[HTTPField.Name(name)!] }
    subscript(_ key: String) -> JSONValue? {
      guard case .object(let members) = self.json else { return nil }
      return members[key]
    }
  }
}
