public import ResilienceInterfaces

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension ServiceError.Kind {
  /// The kind that an error of the system (`errno`) stands for.
  ///
  /// What concerns a connection is the other service's; what concerns files, memory and descriptors is ours.
  public init(errno code: Int32) {
    switch code {
    case ECONNREFUSED, ECONNRESET, ECONNABORTED, EPIPE, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, ENETRESET,
      ENOTCONN, EADDRNOTAVAIL:
      self = .externalService
    case ETIMEDOUT: self = .timeout
    case EACCES, EPERM, EROFS: self = .authorization
    case ENOENT, ESRCH, ENXIO, ENODEV: self = .notFound
    case EEXIST, EADDRINUSE, ENOTEMPTY: self = .conflict
    case EAGAIN, EBUSY, EDEADLK, ETXTBSY, EINTR: self = .concurrentAccess
    case ENOSPC, EDQUOT, ENOMEM, EMFILE, ENFILE, ENOBUFS: self = .serviceUnavailable
    case EIO, EILSEQ: self = .storageCorrupted
    case EINVAL, E2BIG, ENAMETOOLONG, EFBIG, EMSGSIZE, ERANGE, EDOM: self = .validation
    default: self = .internal
    }
  }
}
