namespace Kms.Server;

/// <summary>How much of something a party may have.</summary>
/// <param name="PerSecond">What it may have for each second in the long run.</param>
/// <param name="Burst">What it may have at once.</param>
public readonly record struct Rate(int PerSecond, int Burst);
