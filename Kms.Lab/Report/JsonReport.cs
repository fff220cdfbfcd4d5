using System.Text.Encodings.Web;
using System.Text.Json;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>A run as JSON, for machines.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(LabReport report) => JsonSerializer.Serialize(
        new
        {
            Hierarchy = report.Plan.Title,
            Authentication = report.Authentication == SealKind.Mac ? "mac" : "signature",
            Servers = report.Servers.Select(server => new { server.Name, server.Domain, server.Endpoint }),
            Lines = report.Results.Select(result => new
            {
                result.Check.Id,
                result.Check.Group,
                What = result.Check.Title,
                result.Check.Expected,
                result.Observation.Came,
                result.Observation.Detail,
                AsExpected = result.IsAsExpected,
                Arrows = result.Observation.ExpectedArrows.Count == 0 ? null : result.Observation.Arrows.Select((arrow, i) => new
                {
                    arrow.Number,
                    arrow.From,
                    arrow.To,
                    arrow.Type,
                    arrow.AuthenticatedBy,
                    arrow.Bytes,
                    arrow.Microseconds,
                    Messages = arrow.Texts,
                    Expected = result.Observation.ExpectedArrows.ElementAtOrDefault(i)?.ToString(),
                }),
            }),
            Milliseconds = (long)report.Took.TotalMilliseconds,
            AsExpected = report.IsGood,
        },
        Options);
}
