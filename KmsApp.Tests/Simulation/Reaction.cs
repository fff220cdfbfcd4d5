namespace KmsApp.Tests.Simulation;

/// <summary>A request on its way through a KMS.</summary>
/// <param name="Kms">The KMS.</param>
/// <param name="Texts">The texts in the packet.</param>
/// <param name="Clock">Its clock at the arrival.</param>
/// <param name="Arrived">The virtual time of the arrival.</param>
internal sealed record Reaction(SimulatedKms Kms, IReadOnlyList<ReadOnlyMemory<byte>> Texts, DateTimeOffset Clock, TimeSpan Arrived);
