import Foundation
import ServerTestSupport

/// An authority, and a certificate of `service.example` that it has signed, made by the `openssl` tool.
struct TestAuthority: Sendable {
  static let name = "service.example"
  private let folder: TestFolder

  var authority: String { self.folder.file("ca.pem") }
  var certificate: String { self.folder.file("server.pem") }
  var key: String { self.folder.file("server.key") }

  init() throws {
    self.folder = try TestFolder()
    let script = """
      set -e; cd '\(self.folder.path)'; printf 'subjectAltName=DNS:service.example\\n' > names
      new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
      openssl req -x509 -days 2 -subj '/CN=Test authority' -keyout ca.key -out ca.pem $new
      openssl req -subj '/CN=service.example' -keyout server.key -out server.csr $new
      openssl x509 -req -days 2 -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names -out server.pem
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script]
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Trouble("openssl failed") }
  }
}
