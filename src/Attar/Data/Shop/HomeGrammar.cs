using static Attar.Data.Shop.Slots;

namespace Attar.Data.Shop;

/// <summary>What the house and garden departments sell.</summary>
static class HomeGrammar
{
    static readonly Slot size = Inches("size", 8, 10, 12), width = Inches("width", 36, 48, 60, 72, 84), height = Inches("height", 24, 48, 60, 72);

    public static readonly Department
        Furniture = new("Furniture", ["Norvik", "Tamsel", "Quillory", "Bremdal", "Lorvane", "Castrel", "Hollowick", "Ardeno", "Siltara"],
        [
            new("sofa", ["couch", "settee"], "seating", [Color, Upholstery, width]),
            new("loveseat", ["two seater", "small sofa"], "seating", [Color, Upholstery]),
            new("armchair", ["accent chair", "easy chair"], "chair", [Color, Upholstery]),
            new("office chair", ["desk chair", "task chair"], "chair", [Color, Words("material", "mesh", "leather", "fabric")]),
            new("recliner", ["reclining chair", "lounger"], "chair", [Color, Upholstery, Words("power", "manual", "electric|powered")]),
            new("coffee table", ["cocktail table"], "table", [Wood, Shape, width]),
            new("dining table", ["kitchen table", "dinner table"], "table", [Wood, Shape, Count("seats", "seat", 4, 6, 8)]),
            new("nightstand", ["bedside table", "night table"], "bedroom furniture", [Wood, Count("drawers", "drawer", 1, 2, 3)]),
            new("dresser", ["chest of drawers", "bureau"], "bedroom furniture", [Wood, Count("drawers", "drawer", 3, 4, 6)]),
            new("bed frame", ["bedstead", "platform bed"], "bedroom furniture", [BedSize, Wood]),
            new("bookcase", ["bookshelf", "book rack"], "shelving", [Wood, Count("shelves", "shelf", 3, 4, 5), height]),
            new("tv stand", ["media console", "entertainment center"], "shelving", [Wood, width]),
            new("sofa cover", ["couch slipcover", "sofa throw"], "furniture cover", [Color, width], For: "sofa"),
            new("chair mat", ["desk floor protector"], "furniture cover", [Shape, width], For: "office chair"),
        ]),
        Bedding = new("Bed & Bath", ["Lunessa", "Drowsley", "Pelluma", "Cottonwick", "Marisole", "Veldra", "Somnia", "Hearthby"],
        [
            new("comforter", ["duvet", "quilt"], "bedding", [BedSize, Color, Words("fill", "down|feather", "cotton", "polyester|down alternative")]),
            new("sheet set", ["bed sheets", "bed linen"], "bedding", [BedSize, Color, Words("material", "cotton|percale", "bamboo", "flannel", "satin|silky")]),
            new("pillow", ["bed pillow", "head cushion"], "bedding", [Pack, Words("fill", "memory foam", "down|feather", "latex")]),
            new("mattress", ["bed mattress"], "bedding", [BedSize, Words("core", "memory foam", "innerspring|spring", "hybrid"), Inches("thickness", 8, 10, 12)]),
            new("mattress protector", ["mattress pad", "mattress encasement"], "bed protection", [BedSize, Words("material", "cotton", "vinyl", "bamboo")], For: "mattress"),
            new("duvet cover", ["comforter case", "quilt cover"], "bed protection", [BedSize, Color], For: "comforter"),
            new("bath towel", ["shower towel"], "towel", [Color, Pack]),
            new("hand towel", ["face cloth", "guest towel"], "towel", [Color, Pack]),
            new("shower curtain", ["bath curtain"], "bathroom decor", [Color, Words("pattern", "striped", "floral", "solid|plain", "checkered|plaid")]),
            new("bath mat", ["bathroom rug", "bath rug"], "bathroom decor", [Color, Words("material", "memory foam", "cotton", "rubber")]),
            new("curtain rings", ["curtain hooks"], "bathroom hardware", [Finish, Pack], For: "shower curtain"),
        ]),
        Kitchen = new("Kitchen", ["Brasswell", "Kettlora", "Saporo", "Mincero", "Fornalle", "Grindly", "Tessaro", "Umbrio", "Panetta"],
        [
            new("frying pan", ["skillet", "fry pan"], "cookware", [size, Metal]),
            new("saucepan", ["sauce pot", "milk pan"], "cookware", [Quarts(1, 2, 3), Metal]),
            new("stockpot", ["soup pot", "stew pot"], "cookware", [Quarts(6, 8, 12), Metal]),
            new("pan lid", ["skillet lid", "glass lid"], "cookware parts", [size, Metal], For: "frying pan"),
            new("blender", ["smoothie maker", "liquidizer"], "small appliance", [Watts(300, 600, 1000, 1200), Color], HasLines: true),
            new("blender jar", ["blender pitcher"], "appliance parts", [Ounces(32, 48, 64)], For: "blender"),
            new("coffee maker", ["coffee machine", "coffee brewer"], "small appliance", [Count("capacity", "cup", 4, 8, 12), Color], HasLines: true),
            new("coffee carafe", ["coffee pot"], "appliance parts", [Count("capacity", "cup", 4, 8, 12)], For: "coffee maker"),
            new("toaster", ["bread toaster"], "small appliance", [Count("slots", "slice", 2, 4), Color]),
            new("kettle", ["tea kettle", "water boiler"], "small appliance", [Liters(1, 1.5, 1.7), Color, Words("power", "electric", "stovetop")]),
            new("microwave", ["microwave oven"], "small appliance", [Watts(700, 900, 1000, 1200), Color, Words("mount", "countertop", "over the range|otr", "built-in")]),
            new("knife set", ["cutlery set", "kitchen knives"], "kitchen tools", [Pieces, Words("material", "stainless steel|inox", "ceramic", "damascus")]),
            new("knife sharpener", ["whetstone", "sharpening stone"], "kitchen tools", [Words("stages", "2 stage", "3 stage"), Power], For: "knife set"),
            new("cutting board", ["chopping board"], "kitchen tools", [Words("material", "bamboo", "maple", "plastic|poly", "acacia"), Inches("length", 12, 15, 18)]),
        ]),
        Lighting = new("Lighting", ["Lumarel", "Candrine", "Wattlow", "Ombrelle", "Glimmet", "Solenne", "Brightmoor"],
        [
            new("light bulb", ["led bulb", "globe"], "bulbs", [Words("tone", "soft white|warm white", "daylight|cool white"), Watts(40, 60, 75, 100), Pack]),
            new("floor lamp", ["standing lamp", "torchiere"], "lamp", [Finish, height]),
            new("table lamp", ["desk lamp", "bedside lamp"], "lamp", [Finish, Color]),
            new("lamp shade", ["lampshade"], "lamp parts", [Color, Words("shape", "drum", "bell", "cone|empire"), Inches("width", 10, 12, 14)], For: "table lamp"),
            new("ceiling fan", ["overhead fan"], "fan", [Inches("span", 42, 52, 60), Finish], HasLines: true),
            new("tower fan", ["standing fan", "floor fan"], "fan", [Color, height]),
            new("fan remote", ["fan remote control"], "fan parts", [Color], For: "ceiling fan"),
            new("chandelier", ["pendant light", "hanging light"], "ceiling light", [Finish, Count("lights", "light", 3, 5, 8)]),
            new("flashlight", ["torch", "hand light"], "portable light", [Count("brightness", "lumen", 300, 1000, 2000), Color]),
        ]),
        Garden = new("Garden & Patio", ["Verdano", "Thornby", "Mulchley", "Sprigsworth", "Hedgerly", "Petalon", "Gravello", "Rustica"],
        [
            new("garden hose", ["water hose", "hosepipe"], "watering", [Feet("length", 25, 50, 75, 100), Words("material", "rubber", "vinyl", "fabric|expandable")]),
            new("hose nozzle", ["spray nozzle", "hose sprayer"], "watering parts", [Words("material", "brass", "plastic", "zinc"), Color], For: "garden hose"),
            new("lawn mower", ["grass cutter", "lawnmower"], "yard machine", [Words("power", "gas|petrol", "cordless|battery powered", "manual|reel"), Inches("deck", 16, 21, 30)], HasLines: true),
            new("leaf blower", ["yard blower"], "yard machine", [Words("power", "gas|petrol", "cordless|battery powered", "corded|wired"), Volts], HasLines: true),
            new("mower blade", ["cutting blade"], "yard machine parts", [Inches("length", 16, 21, 30)], For: "lawn mower"),
            new("grill", ["barbecue", "bbq"], "outdoor cooking", [Words("fuel", "propane|gas", "charcoal", "electric"), Count("burners", "burner", 2, 3, 4)], HasLines: true),
            new("grill cover", ["bbq cover"], "outdoor cover", [Inches("width", 52, 58, 64), Color], For: "grill"),
            new("patio umbrella", ["parasol", "sun umbrella"], "shade", [Feet("span", 7, 9, 11), Color]),
            new("umbrella base", ["parasol stand"], "shade parts", [Words("material", "concrete", "cast iron", "resin"), Measure("weight", [30, 50, 75], "lb", ["{0} lb.", "{0}-Pound"], ["{0} lb", "{0} pound"])], For: "patio umbrella"),
            new("patio chair", ["outdoor chair", "garden chair"], "chair", [Color, Words("material", "wicker|rattan", "teak", "aluminum|aluminium")]),
            new("planter", ["flower pot", "plant pot"], "pots", [Inches("diameter", 8, 12, 16), Words("material", "terracotta|clay", "ceramic", "resin|plastic"), Color]),
            new("shovel", ["spade"], "hand tool", [Words("handle", "fiberglass", "ash wood", "steel"), Inches("length", 27, 48, 60)]),
            new("rake", ["leaf rake"], "hand tool", [Words("handle", "fiberglass", "ash wood", "steel"), Inches("width", 8, 16, 24)]),
        ]);
}
