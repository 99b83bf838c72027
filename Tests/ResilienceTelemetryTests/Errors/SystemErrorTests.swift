import Foundation
import ResilienceInterfaces
import ResilienceTelemetry
import Testing

@Suite("Errors of the system")
struct SystemErrorTests {
  @Test(
    "R7.2 errors of the system become kinds by the table",
    arguments: [
      (ECONNREFUSED, .externalService), (ECONNRESET, .externalService), (EPIPE, .externalService),
      (EHOSTUNREACH, .externalService), (ETIMEDOUT, .timeout), (EACCES, .authorization), (ENOENT, .notFound),
      (EADDRINUSE, .conflict), (EAGAIN, .concurrentAccess), (ENOSPC, .serviceUnavailable),
      (EMFILE, .serviceUnavailable), (EIO, .storageCorrupted), (EINVAL, .validation), (12_345, .internal),
    ] as [(Int32, ServiceError.Kind)])
  func table(code: Int32, kind: ServiceError.Kind) { #expect(ServiceError.Kind(errno: code) == kind) }
}
