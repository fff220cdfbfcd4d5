namespace Kms.Lab;

/// <summary>What a check has seen.</summary>
/// <param name="Came">In the words of <see cref="LabCheck.Expected"/>, made from what was seen alone.</param>
/// <param name="Detail">What differs from run to run, such as times.</param>
internal sealed record Observation(string Came, string Detail = "")
{
    /// <summary>The arrows of the inquiry that the check has watched, if any.</summary>
    public IReadOnlyList<Arrow> Arrows { get; init; } = [];

    /// <summary>The arrows that were expected.</summary>
    public IReadOnlyList<Arrow> ExpectedArrows { get; init; } = [];
}
