import Foundation
import Glibc
import ServerTestSupport

/// An authority, and a certificate of `service.example` that it has signed, made by the `openssl` tool; PostgreSQL may
/// read its key.
final class TestAuthority: Sendable {
  /// Whose certificate it is.
  static let name = "service.example"
  private let folder: String

  /// The authority's own certificate.
  var authority: String { "\(self.folder)/ca.pem" }
  /// The server's certificate.
  var certificate: String { "\(self.folder)/server.pem" }
  /// The server's key.
  var key: String { "\(self.folder)/server.key" }

  init() throws {
    self.folder = "/tmp/resilience-authority-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: false)
    let script = """
      set -e; cd '\(self.folder)'; printf 'subjectAltName=DNS:service.example\\n' > names
      new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
      openssl req -x509 -days 2 -subj '/CN=Test authority' -keyout ca.key -out ca.pem $new
      openssl req -subj '/CN=service.example' -keyout server.key -out server.csr $new
      openssl x509 -req -days 2 -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names -out server.pem
      chmod 600 server.key
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Trouble("openssl ended with \(process.terminationStatus)") }
    guard getuid() == 0 else { return }
    guard let user = getpwnam("postgres") else { throw Trouble("there is no user 'postgres'") }
    for path in [self.folder, self.certificate, self.key] {
      guard chown(path, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else { throw Trouble("chown \(path) fails") }
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: self.folder) }
}
