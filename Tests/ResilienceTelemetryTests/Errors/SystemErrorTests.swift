import Foundation
import ResilienceInterfaces
import ResilienceTelemetry
import Testing

@Suite("Errors of the system")
struct SystemErrorTests {
  /// Every error of the system that has a kind of its own.
  private static let table: [(kind: ServiceError.Kind, codes: [Int32])] = [
    (
      .externalService,
      [
        ECONNREFUSED, ECONNRESET, ECONNABORTED, EPIPE, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, ENETRESET,
        ENOTCONN, EADDRNOTAVAIL,
      ]
    ),
    (.timeout, [ETIMEDOUT]), (.authorization, [EACCES, EPERM, EROFS]), (.notFound, [ENOENT, ESRCH, ENXIO, ENODEV]),
    (.conflict, [EEXIST, EADDRINUSE, ENOTEMPTY]), (.concurrentAccess, [EAGAIN, EBUSY, EDEADLK, ETXTBSY, EINTR]),
    (.serviceUnavailable, [ENOSPC, EDQUOT, ENOMEM, EMFILE, ENFILE, ENOBUFS]), (.storageCorrupted, [EIO, EILSEQ]),
    (.validation, [EINVAL, E2BIG, ENAMETOOLONG, EFBIG, EMSGSIZE, ERANGE, EDOM]),
  ]

  @Test("R7.2 every error of the system becomes the kind of the table, and what stands in none is internal")
  func everyCode() {
    var known: [Int32: ServiceError.Kind] = [:]
    for (kind, codes) in Self.table {
      for code in codes { known[code] = kind }
    }
    #expect(known.count == Self.table.reduce(0) { $0 + $1.codes.count }, "each stands there once")
    for code in Int32(-1)...200 {
      let words = String(cString: strerror(code))
      #expect(ServiceError.Kind(errno: code) == known[code] ?? .internal, "\(code): \(words)")
    }
  }
}
