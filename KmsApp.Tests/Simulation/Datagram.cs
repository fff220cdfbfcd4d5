using System.Net;

namespace KmsApp.Tests.Simulation;

/// <summary>A packet over UDP.</summary>
/// <param name="From">Whence it says it comes.</param>
/// <param name="To">Where it goes.</param>
/// <param name="Packet">Its bytes.</param>
internal sealed record Datagram(IPEndPoint From, IPEndPoint To, byte[] Packet);
