/// One step of a dependency's fallbacks, tried in order.
public enum FallbackConfiguration: Sendable, Equatable {
  /// The last good response, as long as it is not too old.
  case staleCache(StaleCacheConfiguration)
  /// A fixed response.
  case template(TemplateConfiguration)
  /// The request is kept and delivered later.
  case queue(QueueConfiguration)
}
