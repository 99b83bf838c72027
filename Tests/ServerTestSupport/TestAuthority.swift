import Glibc

/// An authority, and a certificate of `service.example` that it has signed, made by the `openssl` tool.
package struct TestAuthority: Sendable {
  /// Whose certificate it is.
  package static let name = "service.example"
  private let folder: TestFolder

  /// The authority's own certificate.
  package var authority: String { self.folder.file("ca.pem") }
  /// The server's certificate.
  package var certificate: String { self.folder.file("server.pem") }
  /// The server's key.
  package var key: String { self.folder.file("server.key") }

  /// - Parameter user: Whom a server runs as that shows the certificate; nil: as this process.
  package init(readableBy user: String? = nil) async throws {
    self.folder = try TestFolder(in: user == nil ? nil : "/tmp")
    let script = """
      set -e; cd '\(self.folder.path)'; printf 'subjectAltName=DNS:service.example\\n' > names
      new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
      openssl req -x509 -days 2 -subj '/CN=Test authority' -keyout ca.key -out ca.pem $new
      openssl req -subj '/CN=service.example' -keyout server.key -out server.csr $new
      openssl x509 -req -days 2 -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names -out server.pem
      chmod 600 server.key
      """
    let process = try ChildProcess("/bin/sh", ["-c", script], folder: self.folder, name: "openssl")
    guard try await process.exit() == 0 else { throw Trouble("openssl: \(process.errors)") }
    guard let user, getuid() == 0 else { return }
    guard let entry = getpwnam(user) else { throw Trouble("there is no user '\(user)'") }
    for path in [self.folder.path, self.certificate, self.key] {
      guard chown(path, entry.pointee.pw_uid, entry.pointee.pw_gid) == 0 else { throw Trouble("chown \(path) fails") }
    }
  }
}
