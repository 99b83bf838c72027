import ServerTestSupport

/// An authority, and a certificate of `service.example` that it has signed, made by the `openssl` tool.
struct TestAuthority: Sendable {
  /// Whose certificate it is.
  static let name = "service.example"
  private let folder: TestFolder

  /// The authority's own certificate.
  var authority: String { self.folder.file("ca.pem") }
  /// The server's certificate.
  var certificate: String { self.folder.file("server.pem") }
  /// The server's key.
  var key: String { self.folder.file("server.key") }

  init() async throws {
    self.folder = try TestFolder()
    let script = """
      set -e; cd '\(self.folder.path)'; printf 'subjectAltName=DNS:service.example\\n' > names
      new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
      openssl req -x509 -days 2 -subj '/CN=Test authority' -keyout ca.key -out ca.pem $new
      openssl req -subj '/CN=service.example' -keyout server.key -out server.csr $new
      openssl x509 -req -days 2 -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names -out server.pem
      """
    let process = try ChildProcess("/bin/sh", ["-c", script], folder: self.folder, name: "openssl")
    guard try await process.exit() == 0 else { throw Trouble("openssl: \(process.errors)") }
  }
}
