/// Turns a list of policies into one, the first outermost.
@resultBuilder
public enum PipelineBuilder {
  /// The first, outermost policy.
  @inlinable public static func buildPartialBlock<P: ConcurrentPolicy>(first: P) -> P { first }
  /// The next policy goes inside the ones before.
  @inlinable public static func buildPartialBlock<O: ConcurrentPolicy, I: ConcurrentPolicy>(
    accumulated: O, next: I
  ) -> Stack<O, I> { Stack(accumulated, next) }
}
