import Foundation
import Glibc
import ServerTestSupport

/// A real disk of a few megabytes: a tmpfs, which only root may mount.
final class SmallDisk: Sendable {
  let path: String
  private let isOwn: Bool

  /// Whether the system lets us: some containers refuse also root.
  static let isPossible: Bool = getuid() == 0 && (try? SmallDisk(megabytes: 1)) != nil

  /// Mounts it on a folder of its own, or over a folder whose files it takes along.
  init(megabytes: Int, over folder: String? = nil) throws {
    self.path = folder ?? "/tmp/resilience-disk-\(UUID().uuidString)"
    self.isOwn = folder == nil
    if folder == nil {
      try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: false)
    }
    let aside = "\(self.path)-aside"
    if folder != nil { try FileManager.default.copyItem(atPath: self.path, toPath: aside) }
    guard mount("tmpfs", self.path, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
      throw Trouble("mount: \(String(cString: strerror(errno)))")
    }
    guard folder != nil else { return }
    for name in try FileManager.default.contentsOfDirectory(atPath: aside) {
      try FileManager.default.copyItem(atPath: "\(aside)/\(name)", toPath: "\(self.path)/\(name)")
    }
    try FileManager.default.removeItem(atPath: aside)
    try self.giveToPostgreSQL()
  }

  deinit {
    umount2(self.path, Int32(MNT_DETACH))
    if self.isOwn { try? FileManager.default.removeItem(atPath: self.path) }
  }

  /// Makes more room.
  func grow(toMegabytes megabytes: Int) throws {
    guard mount("tmpfs", self.path, "tmpfs", UInt(MS_REMOUNT), "size=\(megabytes)m") == 0 else {
      throw Trouble("remount: \(String(cString: strerror(errno)))")
    }
  }

  /// Makes everything on it the property of the user that PostgreSQL runs as.
  func giveToPostgreSQL() throws {
    guard let user = getpwnam("postgres") else { throw Trouble("there is no user 'postgres'") }
    let names = (FileManager.default.enumerator(atPath: self.path)?.allObjects as? [String]) ?? []
    for path in [self.path] + names.map({ "\(self.path)/\($0)" }) {
      guard chown(path, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else { throw Trouble("chown \(path) fails") }
    }
    chmod(self.path, 0o700)
  }
}
