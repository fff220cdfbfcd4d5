namespace Kms.Benchmarks;

/// <summary>What a flood has shown.</summary>
/// <param name="OrdinaryRate">Ordinary answers a second beside it.</param>
/// <param name="OrdinaryLatency">What 99 of 100 of those did not pass.</param>
/// <param name="FloodRate">Packets of the flood a second, as they were sent.</param>
/// <param name="Processors">How many processors the servers kept busy.</param>
/// <param name="HonestAsked">How many keys honest hosts asked for.</param>
/// <param name="HonestAnswered">How many of those they got.</param>
/// <param name="HonestLongest">How long the slowest took.</param>
/// <param name="GreatestBytes">The most memory that the servers had.</param>
/// <param name="GreatestDescriptors">The most files and sockets that they had open.</param>
internal sealed record FloodResult(
    double OrdinaryRate, TimeSpan OrdinaryLatency, double FloodRate, double Processors, int HonestAsked, int HonestAnswered, TimeSpan HonestLongest, long GreatestBytes, int GreatestDescriptors);
