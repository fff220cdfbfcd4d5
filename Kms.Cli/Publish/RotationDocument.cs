namespace Kms.Cli;

/// <summary><c>rotation.json</c> as it stands in the file. <see cref="RotationPlan"/> is what it means.</summary>
/// <param name="At">Unix seconds.</param>
/// <param name="OldKey">Base64 of a SubjectPublicKeyInfo.</param>
/// <param name="NewKey">Base64 of a SubjectPublicKeyInfo.</param>
/// <param name="Published">Whether the zone was seen with both.</param>
internal sealed record RotationDocument(long At, string OldKey, string NewKey, bool Published);
