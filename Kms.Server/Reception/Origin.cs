using System.Net;

namespace Kms.Server;

/// <summary>Where a request came from, and when.</summary>
/// <param name="Source">Its source address and port.</param>
/// <param name="Carrier">What carried it.</param>
/// <param name="Arrived">The time stamp of its arrival.</param>
internal readonly record struct Origin(IPEndPoint Source, Carrier Carrier, long Arrived);
