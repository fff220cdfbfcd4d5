namespace Kms.Benchmarks;

/// <summary>A turn of <c>attack</c>.</summary>
/// <param name="Name">What is done, for people.</param>
/// <param name="Equal">The turn that its ordinary answers are measured against.</param>
/// <param name="Length">For how long.</param>
/// <param name="RunAsync">Does it; tells how much came a second, and what became of it.</param>
/// <param name="OrdinaryAtOnce">How many ordinary queries wait at a time.</param>
internal sealed record Attack(string Name, string Equal, TimeSpan Length, Func<TimeSpan, Task<(double Rate, string Became)>> RunAsync, int OrdinaryAtOnce = 32);
