namespace Kms.Cli;

/// <summary>The limits of a tunnel: what strangers and neighbours can take of it at most.</summary>
internal static class TunnelLimits
{
    /// <summary>Connections at once, those that are still starting included. Further ones wait in the system's backlog.</summary>
    public const int Connections = 1024;

    /// <summary>
    /// Connections that are starting at once: shaking hands, being looked up, or on the way to the target. A stranger who says
    /// nothing holds one of these until <see cref="HandshakeTime"/>, and none of those that carry data.
    /// </summary>
    public const int Starting = 128;

    /// <summary>Connections that the system keeps until they are accepted.</summary>
    public const int Backlog = 128;

    /// <summary>The bytes that a direction of a connection holds; then the sender waits.</summary>
    public const int BufferSize = 64 * 1024;

    /// <summary>Names whose key was found that are remembered as such; beyond, the one whose attestation ends first is forgotten.</summary>
    public const int KnownPeers = 4096;

    /// <summary>
    /// Look-ups in a row for names whose key was not found before, and one more every <see cref="StrangerLookUpEvery"/>: whoever claims
    /// names at random makes this host ask its KMS no oftener. A peer whose key is known is not concerned.
    /// </summary>
    public const int StrangerLookUps = 10;

    /// <summary>Lines on refused peers in a row, and one more every <see cref="LineEvery"/>. The others are counted.</summary>
    public const int Lines = 20;

    /// <summary>See <see cref="StrangerLookUps"/>.</summary>
    public static readonly TimeSpan StrangerLookUpEvery = TimeSpan.FromSeconds(1);

    /// <summary>See <see cref="Lines"/>.</summary>
    public static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    /// <summary>How often a known name is asked for anew because somebody shows another key under it.</summary>
    public static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(10);

    /// <summary>How long a TLS handshake may take.</summary>
    public static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(10);

    /// <summary>How long connecting to the target or to the other host may take.</summary>
    public static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);

    /// <summary>After what silence TCP asks whether the other side is still there. Who answers is never cut for being idle.</summary>
    public static readonly TimeSpan KeepAliveAfter = TimeSpan.FromMinutes(5);

    /// <summary>How long nothing is accepted after the system has refused to.</summary>
    public static readonly TimeSpan AcceptPause = TimeSpan.FromSeconds(1);

    /// <summary>How far a certificate's beginning lies back, for hosts whose clock is behind.</summary>
    public static readonly TimeSpan CertificateBackdating = TimeSpan.FromDays(1);
}
