namespace KmsApp.Tests.Simulation;

/// <summary>What came of a run.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Violation">What must not happen and did, or null.</param>
/// <param name="Log">What happened.</param>
/// <param name="Tally">How often each kind of thing happened.</param>
internal sealed record SimulationResult(ulong Seed, string? Violation, EventLog Log, IReadOnlyDictionary<string, int> Tally);
