internal import Foundation
internal import NIOHTTP1

/// A request as it is kept until it can be delivered.
struct QueuedRequest: Codable, Sendable {
  /// A header field.
  struct Field: Codable, Sendable {
    let name: String
    let value: String
  }

  /// Fields that are kept: what the answer depends on, and nothing that says who asks.
  static let keptFields: Set<String> = [
    "accept", "accept-language", "content-type", "content-encoding", "content-language", "idempotency-key", "if-match",
    "if-none-match", "prefer", "user-agent",
  ]
  /// Fields that are kept only encrypted, and only if that is configured.
  static let credentialFields: Set<String> = ["authorization", "cookie", "x-api-key", "api-key"]

  let method: String
  /// Path and query, as they are forwarded.
  let path: String
  let fields: [Field]
  let body: Data
  let correlationID: String
  /// What is encrypted of it; nil if nothing is.
  let sealed: Data?

  /// The fields of a request that are in a set.
  static func fields(of headers: HTTPHeaders, in names: Set<String>) -> [Field] {
    headers.compactMap { names.contains($0.name.lowercased()) ? Field(name: $0.name, value: $0.value) : nil }
  }

  func bytes() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) }

  init(
    method: String, path: String, fields: [Field], body: Data, correlationID: String, sealed: Data?
  ) {
    self.method = method
    self.path = path
    self.fields = fields
    self.body = body
    self.correlationID = correlationID
    self.sealed = sealed
  }

  init(_ bytes: [UInt8]) throws { self = try JSONDecoder().decode(QueuedRequest.self, from: Data(bytes)) }
}
