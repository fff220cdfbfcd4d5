using Kms.Protocol;

namespace KmsApp.Tests.Simulation;

/// <summary>Uses of keys besides identity.</summary>
internal static class Uses
{
    public static readonly Use Ssh = Use.Parse("ssh");
}
