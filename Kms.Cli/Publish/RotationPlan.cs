using Kms.Protocol;

namespace Kms.Cli;

/// <summary>A change of the host's key that is under way.</summary>
/// <param name="At">The second at which the new key takes the old one's place, everywhere.</param>
/// <param name="OldKey">The key that the host has had.</param>
/// <param name="NewKey">The key that it is to have.</param>
/// <param name="IsPublished">Whether the zone was seen with both records.</param>
internal sealed record RotationPlan(DateTimeOffset At, PublicKey OldKey, PublicKey NewKey, bool IsPublished)
{
    /// <summary>How far it is, by the key that the host uses now.</summary>
    public RotationStage StageFor(PublicKey present) => present.Equals(NewKey) ? RotationStage.Switched : IsPublished ? RotationStage.Published : RotationStage.Planned;

    /// <summary>When the next step is due.</summary>
    public DateTimeOffset DueAfter(RotationStage stage) => stage switch
    {
        RotationStage.Published => At,
        // A KMS whose clock is behind does not yet count the new record: until then the old one is not taken away.
        RotationStage.Switched => At + Spec.AllowedSkew,
        _ => DateTimeOffset.MinValue,
    };
}
