using Kms.Protocol;

namespace Kms.Client;

/// <summary>One thing that happened on the way to a <see cref="KeyResult"/>.</summary>
/// <param name="Step">Which step it belongs to.</param>
/// <param name="Time">When.</param>
/// <param name="Text">What, for people.</param>
/// <param name="Message">The message that was sent or judged, where there is one.</param>
public sealed record TraceStep(HostStep Step, DateTimeOffset Time, string Text, MessageText? Message = null);
