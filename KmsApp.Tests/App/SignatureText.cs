using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;

namespace KmsApp.Tests;

/// <summary>
/// Signatures as text, alike whether they are read from a reference to a member or from the member itself: types by their full names,
/// value types marked as the runtime marks them, parameters of generic types as !0 and of generic methods as !!0.
/// </summary>
internal sealed class SignatureText : ISignatureTypeProvider<string, object?>
{
    private const byte ValueTypeCode = 0x11;
    private const string ValueType = " (value)";

    /// <summary>A type as text.</summary>
    internal static string Of(Type type)
    {
        if (type.IsGenericParameter) return $"{(type.DeclaringMethod is null ? "!" : "!!")}{type.GenericParameterPosition}";
        if (type.IsSZArray) return $"{Of(type.GetElementType()!)}[]";
        if (type.IsArray) return Array(Of(type.GetElementType()!), type.GetArrayRank());
        if (type.IsByRef) return $"{Of(type.GetElementType()!)}&";
        if (type.IsPointer) return $"{Of(type.GetElementType()!)}*";
        if (type.IsFunctionPointer) return "function pointer";
        if (type.IsGenericType) return Generic(Plain(type.GetGenericTypeDefinition()), type.GetGenericArguments().Select(Of));
        return Plain(type);

        static string Plain(Type type) => $"{type.FullName}{(type.IsValueType && !type.IsPrimitive && type.FullName != typeof(void).FullName ? ValueType : "")}";
    }

    /// <summary>A parameter's or a return value's type as text.</summary>
    internal static string Of(ParameterInfo parameter) => Required(Of(parameter.ParameterType), parameter.GetRequiredCustomModifiers());

    /// <summary>A field's type as text.</summary>
    internal static string Of(FieldInfo field) => Required(Of(field.FieldType), field.GetRequiredCustomModifiers());

    /// <summary>A method as text.</summary>
    internal static string Of(MethodBase method) => Method(
        method.IsStatic,
        method is MethodInfo { ReturnParameter: var result } ? Of(result) : typeof(void).FullName!,
        method.Name,
        method.IsGenericMethod ? method.GetGenericArguments().Length : 0,
        method.GetParameters().Select(Of));

    /// <summary>A method as text, from its signature in a reference.</summary>
    internal static string Of(string name, MethodSignature<string> signature) =>
        Method(!signature.Header.IsInstance, signature.ReturnType, name, signature.GenericParameterCount, signature.ParameterTypes);

    /// <summary>The full name of a type that is referred to.</summary>
    internal static string NameOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        TypeReference type = reader.GetTypeReference(handle);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{NameOf(reader, (TypeReferenceHandle)type.ResolutionScope)}+{reader.GetString(type.Name)}"
            : Qualified(reader.GetString(type.Namespace), reader.GetString(type.Name));
    }

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => $"System.{typeCode}";

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
        NameOf(reader, handle) + (rawTypeKind == ValueTypeCode ? ValueType : "");

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        return Qualified(reader.GetString(type.Namespace), reader.GetString(type.Name)) + (rawTypeKind == ValueTypeCode ? ValueType : "");
    }

    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public string GetSZArrayType(string elementType) => $"{elementType}[]";

    public string GetArrayType(string elementType, ArrayShape shape) => Array(elementType, shape.Rank);

    public string GetByReferenceType(string elementType) => $"{elementType}&";

    public string GetPointerType(string elementType) => $"{elementType}*";

    public string GetPinnedType(string elementType) => elementType;

    public string GetFunctionPointerType(MethodSignature<string> signature) => "function pointer";

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => Generic(genericType, typeArguments);

    public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

    public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => isRequired ? Modified(unmodifiedType, modifier) : unmodifiedType;

    private static string Array(string element, int rank) => $"{element}[{new string(',', rank - 1)}]";

    private static string Generic(string type, IEnumerable<string> arguments) => $"{type}<{string.Join(", ", arguments)}>";

    private static string Modified(string type, string modifier) => $"{type} must be {modifier}";

    private static string Required(string type, Type[] modifiers) => modifiers.Aggregate(type, (text, modifier) => Modified(text, Of(modifier)));

    private static string Qualified(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";

    private static string Method(bool isStatic, string result, string name, int generic, IEnumerable<string> parameters) =>
        $"{(isStatic ? "static " : "")}{result} {name}{(generic == 0 ? "" : $"`{generic}")}({string.Join(", ", parameters)})";
}
