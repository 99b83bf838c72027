import Foundation
import Glibc
import ServerTestSupport

/// A network of its own for one server, joined to ours by a cable that can be pulled: then packets vanish, and nobody
/// is told.
final class NetworkNamespace: Sendable {
  /// The server's address.
  let address: String
  private let name: String
  private let folder: TestFolder
  private static let ip = "/usr/sbin/ip"

  /// Why there can be none; nil: there can.
  static let obstacle: String? = {
    guard getuid() == 0 else { return "only root may make a network" }
    let found = ["/usr/sbin/ip", "/sbin/ip"].first { FileManager.default.isExecutableFile(atPath: $0) }
    return found == nil ? "iproute2 is not installed" : nil
  }()

  /// Makes it; throws where the system refuses, as in a container without the right.
  init() async throws {
    let (second, third) = (Int.random(in: 64..<250), Int.random(in: 0..<256))
    self.name = "rs\(second)x\(third)"
    self.address = "10.\(second).\(third).2"
    self.folder = try TestFolder()
    let (outside, inside) = ("\(self.name)a", "\(self.name)b")
    try await self.ip("netns", "add", self.name)
    try await self.ip("link", "add", outside, "type", "veth", "peer", "name", inside)
    try await self.ip("link", "set", inside, "netns", self.name)
    try await self.ip("addr", "add", "10.\(second).\(third).1/30", "dev", outside)
    try await self.ip("link", "set", outside, "up")
    try await self.ip("-n", self.name, "addr", "add", "\(self.address)/30", "dev", inside)
    try await self.ip("-n", self.name, "link", "set", "lo", "up")
    try await self.ip("-n", self.name, "link", "set", inside, "up")
  }

  deinit {
    // The cable goes with it.
    guard let process = try? ChildProcess(Self.ip, ["netns", "del", self.name], folder: self.folder, name: "del")
    else { return }
    for _ in 0..<2_000 where process.exitCode == nil { usleep(1_000) }
  }

  /// How a program is started in it.
  func command(_ program: String, _ arguments: [String]) -> (path: String, arguments: [String]) {
    (Self.ip, ["netns", "exec", self.name, program] + arguments)
  }

  /// Pulls the cable.
  func cut() async throws { try await self.ip("-n", self.name, "link", "set", "\(self.name)b", "down") }

  /// Plugs it in again.
  func join() async throws { try await self.ip("-n", self.name, "link", "set", "\(self.name)b", "up") }

  private func ip(_ arguments: String...) async throws {
    let process = try ChildProcess(Self.ip, arguments, folder: self.folder, name: "ip-\(UUID().uuidString)")
    guard try await process.exit() == 0 else {
      throw Trouble("ip \(arguments.joined(separator: " ")): \(process.errors)")
    }
  }
}
