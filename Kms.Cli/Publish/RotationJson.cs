using System.Text.Json.Serialization;

namespace Kms.Cli;

/// <summary>Reads and writes a <see cref="RotationDocument"/> without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RotationDocument))]
internal sealed partial class RotationJson : JsonSerializerContext;
