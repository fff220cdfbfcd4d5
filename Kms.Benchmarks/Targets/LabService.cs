using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Kms.Lab;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>
/// The lab's hierarchy in a process of its own, driven over standard input: each line is a key record to publish, or says where the
/// upper KMS is; a line with a dot asks for a sign that all of that has been done, and the end of the input ends it.
/// </summary>
internal static class LabService
{
    /// <summary>The first argument that runs it.</summary>
    public const string Verb = "serve-lab";

    /// <summary>The line that asks whether all was published, and the answer.</summary>
    public const string Barrier = ".";

    /// <summary>Begins the line that tells where the asked KMS is to look for its upper KMS: an endpoint, or nothing for the true one.</summary>
    public const string Upper = "upper ";

    /// <summary>Runs it: arguments are the depth (0: Fig. 7), the authentication, the limits as JSON, and how long attestations count.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        int depth = int.Parse(args[0], CultureInfo.InvariantCulture);
        HierarchyPlan plan = depth == 0 ? HierarchyPlan.Figure7 : HierarchyPlan.Chain(depth);
        SealKind authentication = Enum.Parse<SealKind>(args[1]);
        await using Hierarchy hierarchy = await Hierarchy.StartAsync(plan, authentication, warm: false, limits: JsonNode.Parse(args[2])!.AsObject(), TimeSpan.Parse(args[3], CultureInfo.InvariantCulture));
        Console.WriteLine(Describe(hierarchy));
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line == Barrier) Console.WriteLine(Barrier);
            else if (line.StartsWith(Upper, StringComparison.Ordinal)) await hierarchy.MoveUpperOfAAsync(line.Length > Upper.Length ? IPEndPoint.Parse(line[Upper.Length..]) : null);
            else Publish(hierarchy, line);
        }
        return 0;
    }

    private static string Describe(Hierarchy hierarchy) => new JsonObject
    {
        ["name"] = hierarchy.KmsOfA.Name.Value,
        ["domain"] = hierarchy.KmsOfA.Domain.Value,
        ["dns"] = hierarchy.KmsOfA.Endpoint.ToString(),
        ["key"] = hierarchy.KmsOfA.Key.PublicKey.ToString(),
        ["anchor"] = hierarchy.Top.Name.Value,
        ["anchorDomain"] = hierarchy.Top.Domain.Value,
        ["anchorKey"] = hierarchy.Top.Key.PublicKey.ToString(),
        ["otherDomain"] = hierarchy.KmsOfB.Domain.Value,
    }.ToJsonString();

    private static void Publish(Hierarchy hierarchy, string line)
    {
        if (!MessageText.TryParse(Encoding.ASCII.GetBytes(line), out MessageText? text, out _) || text.Message is not KeyRecord record)
            throw new FormatException($"'{line}' is no key record.");
        KmsNode closest = hierarchy.Nodes.Where(node => record.Name.IsHeldBy(node.Domain)).MaxBy(node => node.Domain.Value.Length)!;
        closest.Zone.Publish(record);
    }
}
