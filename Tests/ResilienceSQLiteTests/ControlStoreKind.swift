import Foundation
import ResilienceInterfaces
import ResilienceSQLite
import Testing

/// The stores that have to pass the same suite.
enum ControlStoreKind: String, CaseIterable, CustomTestStringConvertible {
  case memory
  case sqlite

  var testDescription: String { self.rawValue }

  /// Runs a body with an empty store of this kind.
  func withStore(auditLimit: Int = 1000, _ body: (any ControlStore) async throws -> Void) async throws {
    switch self {
    case .memory: try await body(InMemoryControlStore(auditLimit: auditLimit))
    case .sqlite:
      try await withTemporaryFolder { folder in
        try await body(SQLiteControlStore(path: folder + "/control.db", auditLimit: auditLimit))
      }
    }
  }
}

/// Runs a body with an empty folder that is removed afterwards.
func withTemporaryFolder(_ body: (String) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try await body(folder.path)
}

extension BreakerOverride {
  static func sample(_ breaker: String, state: State = .isolated, expires: Int64? = nil) -> BreakerOverride {
    BreakerOverride(
      breaker: breaker, state: state, reason: "it's \"broken\" — 日本", actor: "ada", since: 1_000, expires: expires)
  }
}

extension AuditRecord {
  static func sample(_ subject: String, at: Int64 = 1_000) -> AuditRecord {
    AuditRecord(
      at: at, actor: "ada", action: "breaker.override", subject: subject, reason: "a reason", before: "closed",
      after: "isolated")
  }
}
