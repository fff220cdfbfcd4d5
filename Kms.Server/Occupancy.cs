namespace Kms.Server;

/// <summary>How full the tables of a key server are.</summary>
/// <param name="KeyTable">Attestations.</param>
/// <param name="Pending">Inquiries of its own under way.</param>
/// <param name="Remembered">Requests remembered against replay.</param>
/// <param name="Hosts">Names whose keys, or lack of keys, are at hand.</param>
/// <param name="Relays">Requests of neighbours that are being passed on.</param>
public readonly record struct Occupancy(int KeyTable, int Pending, int Remembered, int Hosts, int Relays);
