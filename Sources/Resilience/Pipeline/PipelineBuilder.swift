/// Turns a list of policies into one, the first outermost.
///
/// Nests to the right, the first around all the rest: so what is inside of a time-out is one value, whose layers the
/// compiler joins into one function also in the time-out's child task. Lists of up to ten; a longer one is two
/// pipelines' worth of policies, and can be put together with `Stack`.
@resultBuilder
public enum PipelineBuilder {
  /// The only policy.
  @inlinable public static func buildBlock<A: ConcurrentPolicy>(_ a: A) -> A { a }
  /// The first of two around the rest.
  @inlinable public static func buildBlock<A: ConcurrentPolicy, B: ConcurrentPolicy>(_ a: A, _ b: B) -> Stack<A, B> {
    Stack(a, b)
  }
  /// The first of three around the rest.
  @inlinable public static func buildBlock<A: ConcurrentPolicy, B: ConcurrentPolicy, C: ConcurrentPolicy>(
    _ a: A, _ b: B, _ c: C
  ) -> Stack<A, Stack<B, C>> { Stack(a, buildBlock(b, c)) }
  /// The first of four around the rest.
  @inlinable
  public static func buildBlock<A: ConcurrentPolicy, B: ConcurrentPolicy, C: ConcurrentPolicy, D: ConcurrentPolicy>(
    _ a: A, _ b: B, _ c: C, _ d: D
  ) -> Stack<A, Stack<B, Stack<C, D>>> { Stack(a, buildBlock(b, c, d)) }
  /// The first of five around the rest.
  @inlinable
  public static func buildBlock<
    A: ConcurrentPolicy, B: ConcurrentPolicy, C: ConcurrentPolicy, D: ConcurrentPolicy, E: ConcurrentPolicy
  >(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E) -> Stack<A, Stack<B, Stack<C, Stack<D, E>>>> {
    Stack(a, buildBlock(b, c, d, e))
  }
  /// The first of six around the rest.
  @inlinable
  public static func buildBlock<
    A: ConcurrentPolicy, B: ConcurrentPolicy, C: ConcurrentPolicy, D: ConcurrentPolicy, E: ConcurrentPolicy,
    F: ConcurrentPolicy
  >(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F) -> Stack<A, Stack<B, Stack<C, Stack<D, Stack<E, F>>>>> {
    Stack(a, buildBlock(b, c, d, e, f))
  }
  /// The first of seven around the rest.
  @inlinable
  public static func buildBlock<
    A: ConcurrentPolicy, B: ConcurrentPolicy, C: ConcurrentPolicy, D: ConcurrentPolicy, E: ConcurrentPolicy,
    F: ConcurrentPolicy, G: ConcurrentPolicy
  >(
    _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G
  ) -> Stack<A, Stack<B, Stack<C, Stack<D, Stack<E, Stack<F, G>>>>>> { Stack(a, buildBlock(b, c, d, e, f, g)) }
  /// The first of eight around the rest.
  @inlinable
  public static func buildBlock<
    A: ConcurrentPolicy, B: ConcurrentPolicy, C: ConcurrentPolicy, D: ConcurrentPolicy, E: ConcurrentPolicy,
    F: ConcurrentPolicy, G: ConcurrentPolicy, H: ConcurrentPolicy
  >(
    _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ h: H
  ) -> Stack<A, Stack<B, Stack<C, Stack<D, Stack<E, Stack<F, Stack<G, H>>>>>>> {
    Stack(a, buildBlock(b, c, d, e, f, g, h))
  }
  /// The first of nine around the rest.
  @inlinable
  public static func buildBlock<
    A: ConcurrentPolicy, B: ConcurrentPolicy, C: ConcurrentPolicy, D: ConcurrentPolicy, E: ConcurrentPolicy,
    F: ConcurrentPolicy, G: ConcurrentPolicy, H: ConcurrentPolicy, I: ConcurrentPolicy
  >(
    _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ h: H, _ i: I
  ) -> Stack<A, Stack<B, Stack<C, Stack<D, Stack<E, Stack<F, Stack<G, Stack<H, I>>>>>>>> {
    Stack(a, buildBlock(b, c, d, e, f, g, h, i))
  }
  /// The first of ten around the rest.
  @inlinable
  public static func buildBlock<
    A: ConcurrentPolicy, B: ConcurrentPolicy, C: ConcurrentPolicy, D: ConcurrentPolicy, E: ConcurrentPolicy,
    F: ConcurrentPolicy, G: ConcurrentPolicy, H: ConcurrentPolicy, I: ConcurrentPolicy, J: ConcurrentPolicy
  >(
    _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ h: H, _ i: I, _ j: J
  ) -> Stack<A, Stack<B, Stack<C, Stack<D, Stack<E, Stack<F, Stack<G, Stack<H, Stack<I, J>>>>>>>>> {
    Stack(a, buildBlock(b, c, d, e, f, g, h, i, j))
  }
}
